// Fastify with json-rules-engine: the same rules, the same requests. `node server.js 8000`
'use strict'

const { readFileSync } = require('node:fs')
const path = require('node:path')
const Fastify = require('fastify')
const { Engine } = require('json-rules-engine')

const handed = (name) => JSON.parse(readFileSync(path.join(process.env.FOREWARN_BENCHMARK, name), 'utf8'))

const answer = handed('answer.json')
const engine = new Engine([], { allowUndefinedFacts: true })
// A list fact that shares a value with the rule's list; `in` asks for one value.
engine.addOperator('overlaps', (given, wanted) => Array.isArray(given) && wanted.some((value) => given.includes(value)))
for (const [place, { id, conditions }] of handed('rules.json').entries()) {
  engine.addRule({ conditions, event: { type: 'match', params: { id, place } } })
}

const nullable = (type) => ({ type: [type, 'null'] })
const list = { type: ['array', 'null'], items: { type: 'string' } }
const group = (properties) => ({ type: ['object', 'null'], additionalProperties: false, properties })
const body = {
  type: 'object',
  required: ['withdrawal_id', 'user_id', 'region'],
  additionalProperties: false,
  properties: {
    withdrawal_id: { type: 'string' }, user_id: { type: 'string' }, region: { type: 'string' }, languages: list,
    asset: nullable('string'), network: nullable('string'), amount: nullable('string'), amount_usd: nullable('number'),
    share_of_balance: nullable('number'), channel: nullable('string'), declared_purpose: nullable('string'),
    destination: group({ address: nullable('string'), kind: nullable('string'), first_use: nullable('boolean'), tags: list }),
    account: group({
      age_days: nullable('number'), age_band: nullable('string'), kyc_level: nullable('number'),
      withdrawals_30d: nullable('number'), first_withdrawal: nullable('boolean')
    }),
    session: group({ signals: list }),
    attributes: { type: ['object', 'null'] }
  }
}

const fastify = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
fastify.post('/v1/assessments', { schema: { body } }, async (request) => {
  const { events } = await engine.run(request.body)
  const found = events.map((event) => event.params).sort((left, right) => left.place - right.place)
  return { ...answer, matched: found.slice(0, 16).map(({ id }) => id), matched_count: found.length }
})

fastify.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
