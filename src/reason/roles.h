// Root cause, trigger and symptom: which of the things that are known is which, so that a symptom is not mended in
// place of its cause.
#pragma once

#include <span>
#include <vector>

#include "model/inquiry.h"
#include "reason/features.h"

namespace inquest::reason {

// The likeliest explanation as root cause (none where all are unlikely), what set it off (a task that had just begun, a
// deed), and what both made visible: the reports of the kernel, and the signs that speak for the root cause. In that
// order. `incident` has its hypotheses.
std::vector<model::Role> find_roles(const model::Incident& incident, std::span<const Feature> features);

}  // namespace inquest::reason
