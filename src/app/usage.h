// How a command is used: one description, which the help and the manual page both show.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"

namespace inquest::app {

struct Choice {
  std::string label;  // "--format FORMAT", "EVIDENCE"
  std::string text;
};

struct Usage {
  std::string synopsis;  // "inquest examine [OPTION...] EVIDENCE..."
  std::string summary;
  std::vector<std::string> description;  // paragraphs
  std::vector<Choice> arguments;
  std::vector<Choice> options;  // hidden ones left out
  std::span<const Example> examples;
};

// Read off what the command defines.
Usage usage_of(const Command& command);

// Of `inquest` itself.
Usage usage_of_inquest();

// What the environment changes, for help and manual.
std::span<const Choice> environment();

}  // namespace inquest::app
