// Crash reports of Ubuntu's apport, /var/crash/*.crash: one text whose values are files of their own.
//
//     ProblemType: KernelCrash
//     Architecture: amd64
//     CurrentDmesg:
//      [    0.000000] Linux version ...
//     CoreDump: base64
//      H4sICAAAAAAC/0NvcmVEdW1wAA==
//      7cExAQAAAMKg...
//
// Source: apport problem_report.py (ProblemReport.write(), load()).
#pragma once

#include <memory>
#include <string_view>

#include "evidence/budget.h"
#include "evidence/members.h"

namespace inquest::evidence {

// Whether a text begins so.
bool is_apport_report(std::string_view head);

// Each value of several lines is a member of its key's name, without the blank in front of its lines; a value in base64
// is decoded (what comes out is compressed, and unpacked as any other member). The short values come last, as the
// member "report", a line each. A line that is longer than 16 MiB, or no base64, ends its member with an error.
class ApportReport : public Members {
 public:
  // The bytes and the account must outlive it.
  ApportReport(Bytes& bytes, Expansion& account);
  ~ApportReport() override;
  ApportReport(ApportReport&&) = delete;

  Result<std::optional<Member>> next() override;
  Bytes& contents() override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace inquest::evidence
