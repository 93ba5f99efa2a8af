/** @file Importing this file makes Node the platform: entries, commands and worker threads do. */
import { usePlatform } from "../platform.ts";
import { nodePlatform } from "./node-platform.ts";

usePlatform(nodePlatform);
