// What is map() with a function of our own: toInt and its like, timeWeightedAvg.

#include "query/function_set.h"

namespace inquest::query {
namespace {

constexpr Prelude kPreludes[] = {{"", R"(
toString = (tables=<-) => tables |> map(fn: (r) => ({r with _value: string(v: r._value)}))
toInt = (tables=<-) => tables |> map(fn: (r) => ({r with _value: int(v: r._value)}))
toUInt = (tables=<-) => tables |> map(fn: (r) => ({r with _value: uint(v: r._value)}))
toFloat = (tables=<-) => tables |> map(fn: (r) => ({r with _value: float(v: r._value)}))
toBool = (tables=<-) => tables |> map(fn: (r) => ({r with _value: bool(v: r._value)}))
toTime = (tables=<-) => tables |> map(fn: (r) => ({r with _value: time(v: r._value)}))

timeWeightedAvg = (tables=<-, unit) => tables
    |> integral(unit: unit, interpolate: "linear")
    |> map(fn: (r) => ({r with
        _value: r._value * float(v: int(v: unit)) / float(v: int(v: r._stop) - int(v: r._start))}))
)"}};

}  // namespace

extern const FunctionSet mapped_function_set;
const FunctionSet mapped_function_set{{}, kPreludes};

}  // namespace inquest::query
