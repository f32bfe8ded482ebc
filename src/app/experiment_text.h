// What a table of runs shows, as a colleague would tell it: the answer first.
#pragma once

#include <cstddef>
#include <string>

#include "experiment/analysis.h"

namespace inquest::app {

struct ExperimentTextOptions {
  size_t width = 80;
  bool colour = false;
};

std::string experiment_text(const experiment::Analysis& analysis, const ExperimentTextOptions& options);

}  // namespace inquest::app
