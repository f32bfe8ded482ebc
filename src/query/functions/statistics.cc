// Statistics that are written in Flux: contrib/anaisdg/anomalydetection, contrib/anaisdg/statsmodels.

#include "query/function_set.h"

namespace inquest::query {
namespace {

constexpr Prelude kPreludes[] = {
    // The median absolute deviation of series side by side: what lies many medians off is no longer normal.
    {"contrib/anaisdg/anomalydetection", R"(
import "math"

mad = (table=<-, threshold=3.0) => {
    data = table |> group(columns: ["_time"])
    med = data |> median()
    diff = join(tables: {data: data, med: med}, on: ["_time"])
        |> map(fn: (r) => ({r with _value: math.abs(x: r._value_data - r._value_med)}))
        |> drop(columns: ["_start", "_stop", "_value_med", "_value_data"])
    diff_med = diff
        |> median()
        |> map(fn: (r) => ({r with MAD: 1.4826 * r._value}))
        |> filter(fn: (r) => r.MAD > 0.0)
    return join(tables: {diff: diff, diff_med: diff_med}, on: ["_time"])
        |> map(fn: (r) => ({r with _value: r._value_diff / r._value_diff_med}))
        |> map(fn: (r) => ({r with level: if r._value >= threshold then "anomaly" else "normal"}))
}
)"},
    // The least squares' line through the first table's rows, by their number.
    {"contrib/anaisdg/statsmodels", R"(
linearRegression = (tables=<-) => {
    numbered = tables
        |> rename(columns: {_value: "y"})
        |> map(fn: (r) => ({r with x: 1.0}))
        |> cumulativeSum(columns: ["x"])
    t = numbered
        |> reduce(
            identity: {sx: 0.0, sy: 0.0, N: 0.0, sxy: 0.0, sxx: 0.0},
            fn: (r, accumulator) => ({
                sx: r.x + accumulator.sx,
                sy: r.y + accumulator.sy,
                N: accumulator.N + 1.0,
                sxy: r.x * r.y + accumulator.sxy,
                sxx: r.x * r.x + accumulator.sxx,
            }),
        )
        |> tableFind(fn: (key) => true)
        |> getRecord(idx: 0)
    xbar = t.sx / t.N
    ybar = t.sy / t.N
    slope = (t.sxy - xbar * ybar * t.N) / (t.sxx - t.N * xbar * xbar)
    intercept = ybar - slope * xbar
    return numbered
        |> map(fn: (r) => ({r with
            y_hat: slope * r.x + intercept,
            slope: slope,
            sx: t.sx,
            sxy: t.sxy,
            sxx: t.sxx,
            N: t.N,
            sy: t.sy}))
        |> map(fn: (r) => ({r with errors: (r.y - r.y_hat) ^ 2.0}))
}
)"},
};

}  // namespace

extern const FunctionSet statistics_function_set;
const FunctionSet statistics_function_set{.preludes = kPreludes};

}  // namespace inquest::query
