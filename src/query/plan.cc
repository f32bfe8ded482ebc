#include "query/plan.h"

#include "query/builtin_function.h"

namespace inquest::query {

std::optional<Result<Tables>> answer_from_store(const Operation&, Context&) { return std::nullopt; }

}  // namespace inquest::query
