// What steers a query: its results, its clock, and giving up.
#include <array>
#include <string>

#include "query/function_set.h"
#include "query/table.h"

namespace inquest::query {
namespace {

// The engine looks for it on its way through a stream.
Result<Tables> yield(Call&, Tables input) { return input; }

Result<Value> now(Call& call) { return Value::time(call.context().now()); }

Result<Value> die(Call& call) { return fail(ErrorCode::Malformed, std::string(call.text("msg"))); }

constexpr std::array kBuiltins = {
    Builtin{.package = "",
            .name = "yield",
            .parameters = {{"tables", kStream, Need::Pipe}, {"name", kString}},
            .transform = yield},
    Builtin{.package = "", .name = "now", .parameters = {}, .call = now},
    Builtin{.package = "", .name = "die", .parameters = {{"msg", kString, Need::Required}}, .call = die},
};

}  // namespace

extern const FunctionSet flow_function_set;
const FunctionSet flow_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
