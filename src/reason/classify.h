// Which kind of death it was: a claim like any other, with its reasons.
#pragma once

#include <string>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/crashes.h"
#include "reason/death.h"

namespace inquest::reason {

struct Classification {
  std::string name;   // of DESIGN.md's list of classes
  std::string title;  // one line for a heading
  std::string
      signature;  // the same for two deaths of one kind: class and the kernel's words without numbers and addresses
  std::vector<model::Statement> reasons;  // why this class, and what it does not exclude
  model::Culprit culprit;                 // of the report that began it; empty where none is known
};

// `crashes` are those of the boot that died.
Classification classify(const Scene& scene, const Death& death, const std::vector<BootCrash>& crashes);

}  // namespace inquest::reason
