// Names, addresses and users replaced by stand-ins, the same one for the same name everywhere in a report.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/case.h"
#include "report/document.h"

namespace inquest::report {

// Hosts become host-1, host-2, ...; users user-1, ...; addresses those that documents use (RFC 5737, RFC 3849, RFC
// 7042); loopback and broadcast addresses stay, and so does root, who is nobody in particular. Numbers are given in the
// order in which names are first seen. What is told of hardware (serial numbers) is not looked for.
class Anonymizer {
 public:
  // The hosts of the case are known by name; addresses and users are found in the texts.
  explicit Anonymizer(const model::Case& the_case);

  // Users are known only once they were seen: every text is given here before the first is replaced.
  void learn(std::string_view text);
  void learn(const Document& document);

  std::string replaced(std::string_view text);
  void replace(Document& document);

 private:
  void add_host(std::string_view name);
  void add_user(std::string_view name);
  size_t address_at(std::string_view text, size_t at, std::string& out);
  size_t name_at(std::string_view text, size_t at, char before, std::string& out) const;
  std::string stand_in(std::string_view kind, const std::string& original);

  std::map<std::string, std::string, std::less<>> names_;  // in lower case
  std::set<char> first_letters_;                           // of names_
  size_t hosts_ = 0;
  size_t users_ = 0;
  std::map<std::string, std::map<std::string, size_t>, std::less<>> numbers_;  // by kind
};

}  // namespace inquest::report
