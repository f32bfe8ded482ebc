// Packages that others contributed, and what is computed around messages that are not sent.
package packages_test

import "array"
import "contrib/jsternberg/aggregate"
import "contrib/jsternberg/rows"
import "contrib/qxip/hash"
import "contrib/rhajek/bigpanda"
import "contrib/sranka/opsgenie"
import "contrib/sranka/sensu"
import "http"
import "influxdata/influxdb/v1"
import "internal/debug"
import "pagerduty"
import "sampledata"
import "slack"
import "testing"

testcase several_aggregates_stand_side_by_side {
    got =
        sampledata.int()
            |> aggregate.table(
                columns: {
                    least: aggregate.min(),
                    most: aggregate.max(),
                    sum: aggregate.sum(),
                    mean: aggregate.mean(),
                    rows: aggregate.count(column: "_time"),
                },
            )
    want =
        array.from(
            rows: [
                {tag: "t1", least: -2, most: 17, sum: 51, mean: 8.5, rows: 6},
                {tag: "t2", least: -3, most: 19, sum: 53, mean: 53.0 / 6.0, rows: 6},
            ],
        )
            |> group(columns: ["tag"])

    testing.diff(got, want)
}

testcase windows_may_overlap {
    got =
        sampledata.int()
            |> filter(fn: (r) => r.tag == "t1")
            |> aggregate.window(every: 20s, period: 30s, columns: {least: aggregate.min(), rows: aggregate.count()})
    want =
        array.from(
            rows: [
                {start: 2020-12-31T23:59:40Z, stop: 2021-01-01T00:00:10Z, tag: "t1", least: -2, rows: 1},
                {start: 2021-01-01T00:00:00Z, stop: 2021-01-01T00:00:30Z, tag: "t1", least: -2, rows: 3},
                {start: 2021-01-01T00:00:20Z, stop: 2021-01-01T00:00:50Z, tag: "t1", least: 7, rows: 3},
                {start: 2021-01-01T00:00:40Z, stop: 2021-01-01T00:01:10Z, tag: "t1", least: 4, rows: 2},
            ],
        )
            |> group(columns: ["tag"])

    testing.diff(got, want)
}

testcase an_empty_table_has_what_is_filled_in {
    got =
        sampledata.int()
            |> filter(fn: (r) => r._value > 18, onEmpty: "keep")
            |> aggregate.table(columns: {most: aggregate.max(), rows: aggregate.count(), sum: aggregate.sum(fill: -1)})
    want =
        array.from(
            rows: [
                {tag: "t1", most: debug.null(type: "int"), rows: 0, sum: -1},
                {tag: "t2", most: 19, rows: 2, sum: 38},
            ],
        )
            |> group(columns: ["tag"])

    testing.diff(got, want)
}

testcase rows_keep_their_key {
    got = sampledata.int() |> rows.map(fn: (r) => ({tag: "x", twice: r._value * 2})) |> sum(column: "twice")
    want = array.from(rows: [{tag: "t1", twice: 102}, {tag: "t2", twice: 106}]) |> group(columns: ["tag"])

    testing.diff(got, want)
}

testcase digests_are_those_that_others_compute {
    got =
        array.from(
            rows: [
                {of: "hmac", _value: hash.hmac(v: "helloworld", k: "123456")},
                {of: "xxhash64", _value: hash.xxhash64(v: "Hello, world!")},
                {of: "xxhash64 of much", _value: hash.xxhash64(v: "The quick brown fox jumps over the lazy dog")},
                {of: "sha256", _value: hash.sha256(v: "Hello, world!")},
                {of: "sha1", _value: hash.sha1(v: "abc")},
                {of: "md5", _value: hash.md5(v: "abc")},
                {of: "b64", _value: hash.b64(v: "??>")},
                {of: "basic", _value: http.basicAuth(u: "Aladdin", p: "open sesame")},
            ],
        )
    want =
        array.from(
            rows: [
                {of: "hmac", _value: "75B5ueLnnGepYvh+KoevTzXCrjc="},
                {of: "xxhash64", _value: "17691043854468224118"},
                {of: "xxhash64 of much", _value: "802816344064684476"},
                {of: "sha256", _value: "315f5bdb76d078c43b8ac0064e4a0164612b1fce77c869345bfc94c75894edd3"},
                {of: "sha1", _value: "a9993e364706816aba3e25717850c26c9cd0d89d"},
                {of: "md5", _value: "900150983cd24fb0d6963f7d28e17f72"},
                {of: "b64", _value: "Pz8-"},
                {of: "basic", _value: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
            ],
        )

    testing.diff(got, want)
}

testcase a_table_has_one_key_for_all_its_alerts {
    got = sampledata.int() |> pagerduty.dedupKey() |> last() |> keep(columns: ["_pagerdutyDedupKey"])
    want =
        array.from(
            rows: [
                {_pagerdutyDedupKey: "18fae60f7253ebb11c5cc79e69037f0320fec216b1be0c101a5575086a3ebd08"},
                {_pagerdutyDedupKey: "e137b67e3ecac75539ab3f0c139e421433c389c7a9932a878aff5405712dc384"},
            ],
        )

    testing.diff(got, want)
}

testcase names_and_levels_have_the_form_that_others_want {
    got =
        array.from(
            rows: [
                {_value: sensu.toSensuName(v: "Example name conversion")},
                {_value: bigpanda.statusFromLevel(level: "crit")},
                {_value: bigpanda.statusFromLevel(level: "Info")},
                {_value: opsgenie.respondersToJSON(v: ["user:a\"b", "team:ops"])},
                {_value: slack.validateColorString(color: "#fFf")},
            ],
        )
    want =
        array.from(
            rows: [
                {_value: "Example_name_conversion"},
                {_value: "critical"},
                {_value: "ok"},
                {_value: "[{\"type\":\"user\",\"username\":\"a\\\"b\"},{\"type\":\"team\",\"name\":\"ops\"}]"},
                {_value: "#fFf"},
            ],
        )

    testing.diff(got, want)
}

testcase answers_of_influxql_are_tables {
    got =
        v1.json(
            json:
                "{\"results\":[{\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a\"},\"columns\":[\"time\",\"idle\",\"name\"],
                \"values\":[[\"2026-01-01T00:00:00Z\",1.5,null],[\"2026-01-01T00:00:10Z\",2,\"x\"]]}]}]}",
        )
            |> filter(fn: (r) => r._field == "idle")
            |> group()
    want =
        array.from(
            rows: [
                {_time: 2026-01-01T00:00:00Z, _measurement: "cpu", host: "a", _field: "idle", _value: 1.5},
                {_time: 2026-01-01T00:00:10Z, _measurement: "cpu", host: "a", _field: "idle", _value: 2.0},
            ],
        )

    testing.diff(got, want)
}
