// Builds cases by hand, for tests of reasoning: no decoder, no file.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "model/case.h"

namespace inquest::testing {

// The UTC ns of an RFC 3339 time; aborts the test program on anything else.
Ns utc(std::string_view time);

// Every record gets a line of its own in its evidence, so that citations and messages can be read back.
class CaseBuilder {
 public:
  model::Case& built() { return case_; }

  // A stream in a new piece of evidence of that name.
  model::StreamId stream(std::string_view path, std::string_view source, model::ClockDomain clock,
                         model::Channel channel, model::Watch watch, std::string_view host = {});
  // Another stream in the same evidence as `beside`: the next boot of a console.
  model::StreamId stream_beside(model::StreamId beside);
  // An event, and the landmark that its message is.
  model::EventId line(model::StreamId stream, Ns raw, std::string_view ident, std::string_view message,
                      std::string_view host = {});
  // Samples of one series, `step` apart.
  void samples(model::StreamId stream, std::string_view host, std::string_view measurement, std::string_view field,
               Ns first, Ns step, std::initializer_list<double> values);
  void sample(model::StreamId stream, std::string_view host, std::string_view measurement, std::string_view field,
              Ns time, double value);
  void fact(std::string_view key, std::string_view value, std::string_view host = {});
  void observation(std::string_view kind, std::string_view text, std::optional<Ns> at = {}, std::string_view host = {});

 private:
  model::EvidenceId evidence(std::string_view path);
  model::Citation add_text(model::EvidenceId evidence, std::string_view text);

  model::Case case_;
  std::map<model::EvidenceId, std::string*> texts_;
};

}  // namespace inquest::testing
