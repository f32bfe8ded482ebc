// Runs a Flux query: text in, named results of tables out.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/resolver.h"
#include "query/syntax.h"
#include "query/table.h"

namespace inquest::query {

// Takes one result: the name that `yield` gave it, or "_result". An error ends the query.
using TakeResult = std::function<Result<void>(std::string_view name, Tables tables)>;

// Runs the query in the context, which is used for one query. Results come one by one, in the order of the text; what
// none of them needs is not computed. `prefix` are statements that run before the query's own, such as those of a
// client's `extern`; empty: none. Errors have a line and a column in front ("3:5: ..."), Unsupported where a function
// is not known.
Result<void> run(std::string_view text, std::string_view prefix, Context& context, const TakeResult& take);

// The same for a program that was parsed already; it is resolved here. Two results of one name are an error, as in
// InfluxDB, but for test cases.
enum class Names : uint8_t { Unique, Repeated };
Result<void> run(Program program, Context& context, const TakeResult& take, Names names = Names::Unique);

// What the program calls that is not supported, without running it.
Result<std::vector<Unknown>> find_unknown(Program program, Context& context);

// The test cases of a file, by name.
std::vector<std::string> test_cases(const Program& program);
// The file's own statements and then those of one of its test cases.
Program test_case(Program program, std::string_view name);

}  // namespace inquest::query
