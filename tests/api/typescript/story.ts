// What an exchange does, in the types that openapi-typescript made. Prints what it saw.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const [url, key, later] = process.argv.slice(2) as [string, string, string];
const to = (baseUrl: string, bearer: string) =>
  createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${bearer}` } });
const withdrawal: components["schemas"]["AssessmentRequest"] = {
  withdrawal_id: "wd_ts",
  user_id: "u-1",
  region: "HK",
  asset: "BTC",
  languages: null,
};
const assess = async (asked: typeof withdrawal, baseUrl = url, bearer = key) =>
  await to(baseUrl, bearer).POST("/v1/assessments", { body: asked });

const alerted = await assess(withdrawal);
const other = await assess({ ...withdrawal, withdrawal_id: "wd_ts_2", asset: "USDT" });
const assessment_id = alerted.data!.assessment_id;
const client = to(url, key);
const one = await client.POST("/v1/assessments/{assessment_id}/outcomes", {
  params: { path: { assessment_id } },
  body: { outcome: "shown", ago_ms: 12, visible_ms: 0, scrolled: null, ignored_inputs: 0 },
});
const list = await client.POST("/v1/outcomes", { body: [{ assessment_id, outcome: "cancelled" }] });
const object = await client.POST("/v1/outcomes", {
  body: { outcomes: [{ assessment_id: "as_unknown", outcome: "reviewed" }] },
});
const refused = await assess({ ...withdrawal, region: "hk" });
const unknown = await assess(withdrawal, url, "wrong");
const newer = await assess(withdrawal, later);

console.log(
  JSON.stringify({
    title: alerted.data?.alert?.title,
    source: alerted.data?.alert?.source,
    variant: alerted.data?.alert?.variant,
    kinds: alerted.data?.alert?.actions.map((action) => action.kind),
    no_alert: other.data?.alert,
    one: one.data?.recorded,
    list: list.data?.results.map((result) => result.recorded),
    object: object.data?.results.map((result) => [result.recorded, result.detail]),
    refused: [refused.error?.status, refused.error?.errors?.map((wrong) => wrong.pointer)],
    wrong_key: unknown.error?.status,
    later: newer.data?.alert?.title,
  }),
);
