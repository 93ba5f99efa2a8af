/** @file The worker thread of sampling: its share of the samples. */
import "../../runtime/node/install.ts";
import { serve } from "../../runtime/node/worker-thread.ts";
import { loadSampler, type SamplerSetup, type SampleShare } from "./ancestral-sampler.ts";

serve<SamplerSetup, SampleShare, Float32Array>(async (setup) => (await loadSampler(setup)).answer);
