// Telemetry that is fetched where it lives, around a death that other evidence, or the figures themselves, tell of.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "decode/intake.h"
#include "evidence/remote/source.h"
#include "model/case.h"
#include "reason/investigate.h"

namespace inquest::app {

class Telemetry {
 public:
  // Addresses as parse_remote_url() takes them. An error says what is wrong with which of them; nothing is asked yet.
  static Result<Telemetry> at(std::span<const std::string> addresses);

  bool empty() const { return sources_.empty(); }

  // Asks for uptimes, finds the deaths that the case then tells of, and asks for everything that matters to the latest
  // three of them: from a day before, for the baselines, to what followed. Each answer becomes a piece of evidence;
  // what fails is refused evidence. `phase` is told what goes on.
  void take_in(const reason::Options& reasoning, const decode::IntakeOptions& intake,
               const std::function<void(std::string_view)>& phase, model::Case& into) const;

 private:
  std::vector<std::unique_ptr<evidence::RemoteSource>> sources_;
};

}  // namespace inquest::app
