// What an incident shows, by name: the vocabulary that rules and hypotheses are written in (docs/rules.md lists it).
#pragma once

#include <string>
#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

struct Feature {
  std::string name;   // "down-for"
  std::string value;  // "10741" (whole seconds), a word, or a text; empty where the name says all
  std::string text;   // a sentence for a reader
  std::vector<model::Citation> cites;
};

// Everything that is known of one death by the time that its causes are weighed. `incident` is the report's view of
// it, without hypotheses; `all` are the incidents of the whole inquiry, this one among them.
std::vector<Feature> find_features(const Scene& scene, const Death& death, const model::Incident& incident,
                                   const std::vector<model::Incident>& all);

}  // namespace inquest::reason
