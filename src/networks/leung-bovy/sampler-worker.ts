/** @file The worker thread of sampling: its share of the samples. */
import { serve } from "../../runtime/node/worker-thread.ts";
import { AncestralSampler, type SamplerSetup, type SampleShare } from "./ancestral-sampler.ts";

serve<SamplerSetup, SampleShare, Float32Array>(async (setup) => {
  const sampler = await AncestralSampler.load(setup);
  return (share) => sampler.sample(share);
});
