// Runs told as steps: each row says what was changed since the row before.
#pragma once

#include <cstddef>
#include <optional>

#include "experiment/table.h"

namespace inquest::experiment {

// A column of steps as columns of switches, one for each thing that was put in or taken out:
//     | attempt             | result |          | serial port | quiet | result |
//     | serial port + quiet | ok     |    ->    | yes         | yes   | ok     |
//     | quiet removed       | ok     |          | yes         | no    | ok     |
//     | serial port removed | panic  |          | no          | no    | panic  |
//     | serial port added   | ok     |          | yes         | no    | ok     |
// What nothing is said of stays as it is; what is first mentioned as taken out was there before. Other columns stay.
// Nothing where some row is no step, or where no thing is mentioned twice: then the column holds values, not steps.
std::optional<Table> unfold_steps(const Table& table, size_t column);

}  // namespace inquest::experiment
