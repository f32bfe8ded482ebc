// inquest experiment plan: a first design, as a table to fill in.
#pragma once

#include <span>
#include <string>

#include "app/exit_status.h"
#include "experiment/plan.h"

namespace inquest::app {

enum class PlanFormat : uint8_t { Text, Csv, Json };

ExitStatus plan(std::span<const std::string> factors, const experiment::PlanOptions& options, PlanFormat format);

}  // namespace inquest::app
