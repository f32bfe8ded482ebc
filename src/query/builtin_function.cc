#include "query/builtin_function.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/plan.h"

namespace inquest::query {
namespace {

const Value* piped(const Builtin& builtin, const Call& call) {
  for (const Parameter& parameter : builtin.parameters) {
    if (parameter.name.empty()) break;
    if (parameter.need == Need::Pipe) return &call.value(parameter.name);
  }
  return nullptr;
}

}  // namespace

std::vector<std::string_view> BuiltinFunction::parameters() const {
  std::vector<std::string_view> out;
  for (const Parameter& parameter : builtin_.parameters) {
    if (parameter.name.empty()) break;
    out.push_back(parameter.name);
  }
  return out;
}

Result<Value> BuiltinFunction::call(Context& context, std::span<const Argument> arguments, Location at) const {
  const Location site = interpreter_.site(at);
  if (auto counted = context.step(); !counted) return fail(placed(std::move(counted).error(), site));
  auto call = Call::bind(builtin_, arguments, context, site);
  if (!call) return fail(placed(std::move(call).error(), site, shown_name(builtin_)));
  if (builtin_.call != nullptr) {
    auto value = builtin_.call(*call);
    if (!value) return fail(placed(std::move(value).error(), site, shown_name(builtin_)));
    return value;
  }
  Ref<Stream> input;
  uint32_t depth = 1;
  if (const Value* stream = piped(builtin_, *call)) {
    input = Ref<Stream>(&stream->as_stream());
    depth = static_cast<const Operation*>(input.get())->depth() + 1;
    if (depth > context.limits().streams) {
      return fail(error_at(site, ErrorCode::Limit, "too many transformations on each other"));
    }
  }
  return Value::stream(Ref<Stream>(new Operation(std::move(*call), std::move(input), depth)));
}

Operation::Operation(Call call, Ref<Stream> input, uint32_t depth)
    : call_(std::move(call)), input_(std::move(input)), depth_(depth) {
  for (const Parameter& parameter : builtin().parameters) {
    if (!parameter.name.empty()) lies_around(call_.value(parameter.name).nesting());
  }
}

Result<Tables> Operation::tables(Context& context) const {
  if (kept_) return *kept_;
  if (auto entered = context.enter(); !entered) return fail(placed(std::move(entered).error(), call_.at()));
  auto out = compute(context);
  context.leave();
  if (!out) return fail(placed(std::move(out).error(), call_.at(), shown_name(builtin())));
  const uint64_t bytes = memory_of(*out);
  // The pipe's own reference is one; with another, somebody may come again.
  const bool again = references() > 1;
  if (auto fits = again ? context.keep(bytes) : context.room(bytes); !fits) {
    return fail(placed(std::move(fits).error(), call_.at(), shown_name(builtin())));
  }
  if (again) kept_ = *out;
  return out;
}

namespace {

// What Flux collects before it hands it on: tables come in the order of their keys, whatever order they came in. It
// shows where rows of several tables are put together behind it. All else keeps the order of its input.
constexpr std::string_view kCollected[] = {
    "chandeMomentumOscillator",
    "columns",
    "covariance",
    "difference",
    "distinct",
    "elapsed",
    "first",
    "histogram",
    "holtWinters",
    "exponentialMovingAverage",
    "_hourSelection",
    "integral",
    "kaufmansAMA",
    "keyValues",
    "keys",
    "last",
    "max",
    "min",
    "mode",
    "histogramQuantile",
    "pivot",
    "range",
    "reduce",
    "sample",
    "relativeStrengthIndex",
    "set",
    "tail",
    "tripleExponentialDerivative",
    "unique",
};

bool in_order_of_keys(const Builtin& builtin) {
  return builtin.package.empty() && std::ranges::find(kCollected, builtin.name) != std::end(kCollected);
}

}  // namespace

Result<Tables> Operation::compute(Context& context) const {
  if (auto answered = answer_from_store(*this, context)) return std::move(*answered);
  Tables in;
  if (input_) {
    auto read = input_->tables(context);
    if (!read) return read;
    in = std::move(*read);
  }
  if (auto counted = context.step(1 + in.size()); !counted) return fail(std::move(counted).error());
  Call call = call_;
  auto out = builtin().transform(call, std::move(in));
  if (out && in_order_of_keys(builtin())) sort_by_key(*out);
  return out;
}

std::string shown_name(const Builtin& builtin) {
  const auto package = builtin.package.substr(builtin.package.rfind('/') + 1);
  // What begins with "_" does the work of the function of that name, which is written in Flux.
  const std::string_view name = builtin.name.substr(builtin.name.starts_with('_') ? 1 : 0);
  return package.empty() ? std::string(name) : fmt::format("{}.{}", package, name);
}

uint64_t memory_of(const Tables& tables) {
  uint64_t bytes = 0;
  for (const Table& table : tables) {
    for (const NamedColumn& column : table.columns) {
      bytes += 64 + (column.column.is_constant() ? 0 : column.column.size() * sizeof(uint64_t));
    }
  }
  return bytes;
}

}  // namespace inquest::query
