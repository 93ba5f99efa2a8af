/** @file Made by scripts/server-types.ts from the server's OpenAPI document: not to be edited. */
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as a page */
        get: operations["documentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts and times, for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models */
        get: operations["models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model's columns, kinds, units and card */
        get: operations["model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/advise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which column to measure next
         * @description The information, in nats, that each column is expected to have about the one asked. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["advise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/density": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The distribution of columns given others
         * @description One question answers whole distributions; about rows, mean, standard deviation and quantiles of each (NAME_mean, NAME_sd, NAME_q05), or each category's probability. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["density"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Scores and calibration on rows that the model has not seen
         * @description As `anygiven evaluate --json`: log score, CRPS, coverage, beside a baseline. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/impute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The rows with their missing cells filled in
         * @description Known cells stay as they are. Of a table that was sent all other columns are passed on too, letter by letter, unless the answer is JSON. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["impute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Median, spread and quantiles, or the most probable category, of each row
         * @description NAME, NAME_sd, NAME_q05 ... of a number; NAME and NAME_p_CATEGORY of a category. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/sample": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Random values of columns given others
         * @description Each column is drawn on its own, or all together (`joint`). The same seed draws the same. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["sample"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How well each known cell fits the rest of its row
         * @description NAME_log_density and NAME_tail: small tails are errors in the data, or rare finds. Rows come in the question (`rows`), or the body is a table and the question stands in the query.
         */
        post: operations["score"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/synthesize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rows made up, as the training's table might have gone on
         * @description Drawn jointly, with the missing cells' pattern; the same seed makes the same rows.
         */
        post: operations["synthesize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether questions are taken */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Advice: {
            /** @description In nats, the most informative first. */
            ranking: {
                column: string;
                entropyNow: number;
                error: number;
                expectedEntropy: number;
                reduction: number;
            }[];
            /** @description What is given that training has not seen the like of: the answer is then a guess. */
            warnings?: string[];
        };
        AdviseOfRows: {
            /** @description The columns that could be measured. */
            candidates?: string[];
            /** @description The column of interest. */
            of: string;
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
            /** @description The same seed gives the same samples. */
            seed?: number;
            /** @description How many samples. */
            size?: number;
        };
        AdviseQuestion: {
            /** @description The columns that could be measured. */
            candidates?: string[];
            given?: components["schemas"]["Given"];
            /** @description The column of interest. */
            of: string;
            /** @description The same seed gives the same samples. */
            seed?: number;
            /** @description How many samples. */
            size?: number;
        };
        CategoryDensity: {
            at?: {
                cdf?: number;
                pdf?: number;
                probability: number;
                value: number | string;
            }[];
            entropy?: number;
            /** @description The probability of what was asked with `probabilities`. */
            events?: {
                [key: string]: number;
            };
            /** @constant */
            kind: "category";
            mode: string;
            name: string;
            probabilities: {
                [key: string]: number;
            };
        };
        DensityAnswer: {
            of: {
                [key: string]: components["schemas"]["NumberDensity"] | components["schemas"]["CategoryDensity"];
            };
            /** @description What is given that training has not seen the like of: the answer is then a guess. */
            warnings?: string[];
        };
        DensityOfRows: {
            /** @description The columns of the rows that are given; by default all that the model knows, but those asked. */
            given?: string[];
            /** @description The column asked, or several, each on its own. */
            of: string | string[];
            /** @description Shares of the probability: 0.05 is the 5 % quantile. */
            quantiles?: number[];
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
        };
        DensityQuestion: {
            /** @description Values of the one column asked, of which density and probabilities are told. */
            at?: (number | string)[];
            /** @description Whether intervals, entropy and the curve of the density are told too; default true. */
            curve?: boolean;
            given?: components["schemas"]["Given"];
            /** @description The column asked, or several, each on its own. */
            of: string | string[];
            /** @description What may be true of a column, to learn how probable it is: [{ "teff": { "below": 5000 } }]. */
            probabilities?: components["schemas"]["Given"][];
        };
        Error: {
            error: {
                column?: string;
                /** @description One sentence: what is wrong, where, and how to mend it. */
                message: string;
                /** @description 1 is the first. */
                row?: number;
            };
        };
        EvaluateOfRows: {
            /** @description Resamples for the intervals; 0 for none. */
            bootstrap?: number;
            given?: string[];
            of?: string[];
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
            /** @description The same seed gives the same samples. */
            seed?: number;
        };
        /** @description As `anygiven evaluate --json` has it. */
        Evaluation: {
            columns: ({
                kind: string;
                name: string;
            } & {
                [key: string]: unknown;
            })[];
            overall: {
                [key: string]: unknown;
            };
            questions: number;
            rows: number;
            source: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Known values by column: numbers, names of categories, truth values, dates as texts (2026-11-28); null is not known. A measured value has its error, of one only limits may be known. */
        Given: {
            [key: string]: number | string | boolean | null | {
                error: number;
                value: number;
            } | {
                above?: number | string;
                below?: number | string;
                lower?: number | string;
                upper?: number | string;
            };
        };
        ImputeOfRows: {
            /** @description The columns to fill; by default all of the table that the model answers for. */
            columns?: string[];
            /** @description The probability within NAME_low .. NAME_high; 0: no such columns. */
            interval?: number;
            /** @enum {string} */
            method?: "median" | "mean" | "draw";
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
            /** @description The same seed gives the same samples. */
            seed?: number;
        };
        Model: {
            /** @description model-card.md: how it was trained, what was reached, what it is weak at. */
            card: string;
            columns: {
                /** @description Whether the model answers for it, or only takes it as given. */
                asked: boolean;
                categories?: string[];
                kind: string;
                name: string;
                unit?: string;
                /** @description What values it can have, in words. */
                values: string;
            }[];
            loadedAt: string;
            name: string;
        };
        ModelList: {
            models: {
                columns: string[];
                loadedAt: string;
                name: string;
            }[];
        };
        NumberDensity: {
            at?: {
                cdf?: number;
                pdf?: number;
                probability: number;
                value: number | string;
            }[];
            /** @description The density to draw, in data units; dates in days since 1970-01-01. */
            curve?: {
                cdf: number[];
                pdf: number[];
                x: number[];
            };
            /** @description In nats. */
            entropy?: number;
            /** @description The probability of what was asked with `probabilities`. */
            events?: {
                [key: string]: number;
            };
            highestDensity?: {
                [key: string]: [
                    number,
                    number
                ][];
            };
            intervals?: {
                [key: string]: [
                    number,
                    number
                ];
            };
            /** @constant */
            kind: "number";
            mad: number;
            mean: number;
            median: number;
            modes: number[];
            name: string;
            period?: number;
            pointMasses: {
                probability: number;
                value: number;
            }[];
            probabilities?: {
                [key: string]: number;
            };
            quantiles: {
                [key: string]: number;
            };
            std: number;
        };
        PredictOfRows: {
            /** @description So many even steps at which each density is told. */
            curve?: number;
            /** @description The columns of the rows that are given; by default all that the model knows, but those asked. */
            given?: string[];
            /** @enum {string} */
            method?: "flow" | "ancestral";
            /** @description Whether the peaks of each density are told. */
            modes?: boolean;
            /** @description The column asked, or several, each on its own. */
            of: string | string[];
            /** @description What may be true of a column, to learn how probable it is: [{ "teff": { "below": 5000 } }]. */
            probabilities?: components["schemas"]["Given"][];
            /** @description Shares of the probability: 0.05 is the 5 % quantile. */
            quantiles?: number[];
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
            /** @description The same seed gives the same samples. */
            seed?: number;
            /** @description How many samples. */
            size?: number;
        };
        SampleOfRows: {
            /** @description The columns of the rows that are given; by default all that the model knows, but those asked. */
            given?: string[];
            /** @description Whether the columns are drawn together; each sample then has its log density. */
            joint?: boolean;
            /** @enum {string} */
            method?: "flow" | "ancestral";
            /** @description The column asked, or several, each on its own. */
            of: string | string[];
            /** @description The order of the chain rule: as the columns are named, or so many random ones. */
            order?: "given" | number;
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
            /** @description The same seed gives the same samples. */
            seed?: number;
            /** @description How many samples. */
            size?: number;
        };
        SampleQuestion: {
            given?: components["schemas"]["Given"];
            /** @description Whether the columns are drawn together; each sample then has its log density. */
            joint?: boolean;
            /** @enum {string} */
            method?: "flow" | "ancestral";
            /** @description The column asked, or several, each on its own. */
            of: string | string[];
            /** @description The order of the chain rule: as the columns are named, or so many random ones. */
            order?: "given" | number;
            /** @description The same seed gives the same samples. */
            seed?: number;
            /** @description How many samples. */
            size?: number;
        };
        ScoreOfRows: {
            /** @description The columns scored; by default all of the table that the model answers for. */
            of?: string[];
            /** @description The rows asked about: an object with the known cells of each. */
            rows: components["schemas"]["Given"][];
        };
        State: {
            status: string;
        };
        SynthesizeQuestion: {
            /** @description Whether no cell is missing. */
            complete?: boolean;
            given?: components["schemas"]["Given"];
            order?: "table" | number | string[];
            /** @description How many rows to make up. */
            rows: number;
            /** @description The same seed gives the same samples. */
            seed?: number;
        };
        Table: {
            columns: {
                /** @enum {string} */
                kind: "number" | "category" | "boolean" | "date";
                name: string;
                unit?: string;
            }[];
            /** @description What was decided when the table was read. */
            notices?: string[];
            /** @description Names of categories, truth values, dates as texts; null is missing. */
            rows: {
                [key: string]: number | string | boolean | null;
            }[];
            /** @description What is given that training has not seen the like of: the answer is then a guess. */
            warnings?: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    documentation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus's text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their names and columns. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it knows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    advise: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                candidates?: string[];
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string;
                /** @description With a table as the body. */
                seed?: number;
                /** @description With a table as the body. */
                separator?: string;
                /** @description With a table as the body. */
                size?: number;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdviseQuestion"] | components["schemas"]["AdviseOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Advice"] | components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    density: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                given?: string[];
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string | string[];
                /** @description With a table as the body. */
                quantiles?: number[];
                /** @description With a table as the body. */
                separator?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DensityQuestion"] | components["schemas"]["DensityOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DensityAnswer"] | components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    evaluate: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                bootstrap?: number;
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                given?: string[];
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string[];
                /** @description With a table as the body. */
                seed?: number;
                /** @description With a table as the body. */
                separator?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evaluation"];
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    impute: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                columns?: string[];
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                interval?: number;
                /** @description With a table as the body. */
                method?: "median" | "mean" | "draw";
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                seed?: number;
                /** @description With a table as the body. */
                separator?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImputeOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    predict: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                curve?: number;
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                given?: string[];
                /** @description With a table as the body. */
                method?: "flow" | "ancestral";
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                modes?: boolean;
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string | string[];
                /** @description With a table as the body. */
                probabilities?: string;
                /** @description With a table as the body. */
                quantiles?: number[];
                /** @description With a table as the body. */
                seed?: number;
                /** @description With a table as the body. */
                separator?: string;
                /** @description With a table as the body. */
                size?: number;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sample: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                given?: string[];
                /** @description With a table as the body. */
                joint?: boolean;
                /** @description With a table as the body. */
                method?: "flow" | "ancestral";
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string | string[];
                /** @description With a table as the body. */
                order?: "given" | number;
                /** @description With a table as the body. */
                seed?: number;
                /** @description With a table as the body. */
                separator?: string;
                /** @description With a table as the body. */
                size?: number;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleQuestion"] | components["schemas"]["SampleOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    score: {
        parameters: {
            query?: {
                /** @description With a table as the body. */
                decimal?: "." | ",";
                /** @description With a table as the body. */
                encoding?: string;
                /** @description With a table as the body. */
                missing?: (number | string)[];
                /** @description With a table as the body. */
                notMissing?: string[];
                /** @description With a table as the body. */
                of?: string[];
                /** @description With a table as the body. */
                separator?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScoreOfRows"];
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    synthesize: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SynthesizeQuestion"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "text/tab-separated-values": string;
                };
            };
            /** @description The body is broken. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The token is missing or wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no model of that name; those like it are named. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description None of the accepted media types can be answered. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, or the number of rows, is beyond the server's limit. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is of a type that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The question is wrong: a column, a value, an option. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many questions at once; ask again after Retry-After seconds. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            /** @description The answer took too long, or the server is shutting down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
