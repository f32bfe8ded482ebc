// Which host evidence is about, where it does not say so itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/investigate.h"

namespace inquest::reason {

// Whether a landmark is a cluster's word that a peer was lost.
bool peer_report(model::LandmarkKind kind);

// The hosts of a case. Records that name no host belong to the subject.
class Names {
 public:
  Names(model::Case& the_case, const Options& options);

  // The host that the inquiry is about; 0 where nothing names one.
  model::StrId subject() const { return subject_; }
  // The host that a record's or stream's host stands for.
  model::StrId host(model::StrId recorded) const { return recorded != 0 ? recorded : subject_; }
  // The name as it may be shown; "The host" where nothing names it.
  std::string display(model::StrId host) const;
  // The host of a corosync node id, or 0.
  model::StrId node(int64_t id) const;
  // What had to be taken for granted, for the report.
  const std::vector<model::Statement>& assumptions() const { return assumptions_; }

 private:
  void name_node(model::Case& the_case, const model::Landmark& mark, std::map<model::StrId, model::Citation> named);

  const model::Case& case_;
  model::StrId subject_ = 0;
  std::vector<std::pair<int64_t, model::StrId>> nodes_;
  std::vector<model::Statement> assumptions_;
};

}  // namespace inquest::reason
