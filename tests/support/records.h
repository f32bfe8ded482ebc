// The records and problems of a case as lines that a test can compare at a glance.
#pragma once

#include <string>
#include <vector>

#include "model/case.h"

namespace inquest::testing {

// "12 telegraf.interval = 10000000000", "3 node-a: kernel.release = 6.1.0" where the fact names its host; with the line
// that it cites.
std::vector<std::string> facts_of(const model::Case& c);
// "12 some trouble", with the line of the first place.
std::vector<std::string> problems_of(const model::Case& c);
// "host measurement field [tags]: value value", series by series.
std::vector<std::string> series_of(const model::Case& c);

}  // namespace inquest::testing
