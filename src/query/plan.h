// What the store can answer by itself: `from() |> range() |> filter()` becomes one selection, and is read no wider.
#pragma once

#include <optional>

#include "base/error.h"
#include "query/context.h"
#include "query/table.h"

namespace inquest::query {

class Operation;

// The tables of the operation, read from the store; nothing where the operation has to be computed from its input.
std::optional<Result<Tables>> answer_from_store(const Operation& operation, Context& context);

}  // namespace inquest::query
