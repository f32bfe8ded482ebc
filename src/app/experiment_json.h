// What a table of runs shows, for programs. docs/commands.md lists the fields.
#pragma once

#include <string>

#include "experiment/analysis.h"

namespace inquest::app {

std::string experiment_json(const experiment::Analysis& analysis);

}  // namespace inquest::app
