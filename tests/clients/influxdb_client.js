// usage: node influxdb_client.js URL TOKEN
// Writes points and queries them with the official client; an exit status of 0 says that all of it came back.
'use strict'
const assert = require('node:assert')
const {InfluxDB, Point, HttpError, flux, fluxDuration} = require('@influxdata/influxdb-client')

const [url, token] = process.argv.slice(2)
const kStart = 1700000000000

async function main() {
  const influx = new InfluxDB({url, token})
  // One batch, since close() waits for the last one alone.
  const options = {defaultTags: {host: 'box'}, gzipThreshold: 1, batchSize: 5000}
  const writer = influx.getWriteApi('org', 'made', 'ns', options)
  for (let i = 0; i < 2500; ++i) {
    writer.writePoint(
      new Point('cpu').tag('core', `c ${i % 2}`).floatField('usage', i / 4).intField('ticks', i)
        .stringField('text', `"${i}"\\`).booleanField('even', i % 2 === 0)
        .timestamp(`${BigInt(kStart + i) * 1000000n + 7n}`))
  }
  await writer.close()

  const reader = influx.getQueryApi('org')
  const start = new Date(kStart)
  const rows = await reader.collectRows(flux`from(bucket: "made")
    |> range(start: ${start}, stop: 2023-11-15T00:00:00Z)
    |> filter(fn: (r) => r._measurement == "cpu" and r.core == ${'c 1'})
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")`)
  assert.strictEqual(rows.length, 1250)
  const {_time, host, core, usage, ticks, text, even} = rows[3]
  assert.deepStrictEqual([_time, host, core, usage, ticks, text, even],
    ['2023-11-14T22:13:20.007000007Z', 'box', 'c 1', 1.75, 7, '"7"\\', false])

  const windows = await reader.collectRows(flux`from(bucket: "made")
    |> range(start: ${start}, stop: 2023-11-14T22:13:22Z)
    |> filter(fn: (r) => r._field == "ticks" and r.core == "c 1")
    |> aggregateWindow(every: ${fluxDuration('1s')}, fn: sum)`)
  assert.deepStrictEqual(windows.map((row) => row._value), [250000, 750000])

  const lines = []
  for await (const {values, tableMeta} of reader.iterateRows('buckets()')) lines.push(tableMeta.get(values, 'name'))
  assert.deepStrictEqual(lines, ['made'])
  assert.match(await reader.queryRaw('buckets()'), /^#datatype,string/)

  await assert.rejects(reader.collectRows('from(bucket: "made") |> range(start: -1h) |> nothing()'),
    (error) => error instanceof HttpError && error.statusCode === 400 && /nothing/.test(error.message))
  const stranger = new InfluxDB({url, token: 'wrong'}).getQueryApi('org')
  await assert.rejects(stranger.collectRows('buckets()'),
    (error) => error instanceof HttpError && error.statusCode === 401)
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
