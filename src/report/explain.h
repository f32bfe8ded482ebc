// One explanation's sum, so that a reader can redo it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "report/document.h"

namespace inquest::report {

// The hypothesis of that id in every incident that has it: its base rate, every term with its citation, the total, and
// its share. Nothing where no incident has it.
std::optional<Document> explain(const model::Case& the_case, const model::Inquiry& inquiry, std::string_view id);

// The ids that explain() knows, each once.
std::vector<std::string> explainable(const model::Inquiry& inquiry);

}  // namespace inquest::report
