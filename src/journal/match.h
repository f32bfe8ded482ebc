// Which entries are wanted, as journalctl's options and FIELD=VALUE arguments say it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::journal {

// An AND of ORs of ANDs of ORs of FIELD=VALUE, built in the order of sd_journal_add_match(3): values of one field are
// alternatives, different fields restrict each other, disjunction() begins another alternative, and conjunction() a
// further restriction. Without any value, everything matches.
class Match {
 public:
  struct Term {  // any of these values of one field; numbers into values()
    std::vector<uint32_t> values;
  };
  struct Alternative {  // all of these
    std::vector<Term> terms;
  };
  struct Restriction {  // any of these
    std::vector<Alternative> alternatives;
  };

  // FIELD=VALUE. False where it is none.
  bool add(std::string_view value);
  void disjunction();
  void conjunction();

  bool everything() const { return restrictions_.empty(); }
  const std::vector<Restriction>& restrictions() const { return restrictions_; }
  // Each FIELD=VALUE once.
  const std::vector<std::string>& values() const { return values_; }

  // Whether an entry that has exactly those values (one flag for each of values()) is wanted.
  bool accepts(const std::vector<bool>& has) const;

 private:
  std::vector<Restriction> restrictions_;
  std::vector<std::string> values_;
  bool next_restriction_ = true;
  bool next_alternative_ = true;
};

// What `journalctl -u UNIT` matches: the unit's own messages, coredumps of it, and what systemd and others say of it.
void add_unit(Match& match, const std::string& unit);

// Numbers of log levels: "0" to "7", "emerg", "err", "warning" and so on; -1 for none.
int level_number(std::string_view name);

}  // namespace inquest::journal
