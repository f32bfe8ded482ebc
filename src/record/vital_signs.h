// Whether each host lives: alive, suspect, silent, dead, by the pace of what arrives from it. Pure: time is passed in,
// so a test can let weeks go by. docs/design/0006-vital-signs.md gives the reasons.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/pulse.h"
#include "record/sign_of_life.h"

namespace inquest::record {

enum class VitalState : uint8_t {
  Alive,
  Suspect,  // the fastest source is late
  Silent,   // plainly so, but a second witness may still speak
  Dead,     // silent on every witness that has a pace
  Off,      // shut down or rebooted in order, and not yet back
};
std::string_view to_string(VitalState state);  // "alive", ...
std::optional<VitalState> vital_state_of(std::string_view name);

// What happened to a host.
struct VitalChange {
  enum class Kind : uint8_t {
    Dead,        // fell silent, or was reset between two signs
    Returned,    // speaks again after it was dead
    Outage,      // many at once: what they have in common failed, not they
    OutageOver,  // the first of them was heard again
  };
  Kind kind{};
  std::string host;  // of an outage: the address that all signs came by; empty: the recorder, or its own network
  Ns received = 0;   // when it was noticed, the recorder's clock
  Interval death;    // after the last sign, before the first that was missed
  Interval reset;    // when the kernel that speaks now started: of Returned, and of a Dead that is back already
  std::optional<bool> same_boot;   // of Returned: the kernel went on all the time; nothing: not known
  std::string text;                // how this is known, in a sentence or two
  std::vector<std::string> hosts;  // of an outage: whom it conceals
};

// A host as people are shown it.
struct VitalRow {
  std::string host;
  VitalState state{};
  std::optional<Ns> last;  // UTC of the last sign of life
  Ns quiet = 0;            // since then, by the steady clock; by the other one since before the recorder started
  std::string fastest;     // the source with the shortest patience; empty: nothing of it has a pace yet
  Ns pace = 0;             // that source's median
  Ns lost = 0;             // the silence after which it counts as dead
  std::vector<std::string> paths;
  std::optional<Ns> maintenance;  // UTC until when
  bool concealed = false;         // by an outage
};

// What is kept over a restart, one row a source; flat, so that a table can hold it.
struct VitalMemory {
  std::string host;
  std::string witness;
  std::string source;
  std::string peer;
  bool sampled = true;
  Ns median = 0;
  Ns high = 0;
  Ns longest = 0;
  Ns stated = 0;
  Ns step = 0;
  // Of the host, the same in each of its rows.
  std::string state;
  Ns life = 0;       // UTC of the last sign
  Ns uptime = 0;     // 0: never said
  Ns uptime_at = 0;  // UTC
  std::string boot_id;
  Ns maintenance = 0;  // UTC until when; 0: none
};

// Not thread-safe.
class VitalSigns {
 public:
  static constexpr size_t kMostHosts = 20'000;  // whoever forges names beyond them is not watched

  void sign(const Sign& sign);
  // Forgets a host that lives and never showed a pace.
  void forget_unpaced(std::string_view host);
  // A shutdown or reboot in order was begun, or has ended.
  void leaving(std::string_view host, Ns steady);
  // Silence until then is no death. 0 ends it.
  void maintenance(std::string_view host, Ns steady, Ns length);
  // A crash report says that it died: its silence is expected, and its return is its death's end.
  void died(std::string_view host, Ns steady);
  // Call about each second. A call that comes late means that the recorder itself was not running: nobody is blamed for
  // what it did not hear.
  void tick(Ns steady, Ns received);
  // Instead of a tick, while the recorder itself keeps hosts from being heard.
  void hold(Ns steady, Ns received);

  // What happened since the last call, in order.
  std::vector<VitalChange> take_changes();
  std::vector<VitalRow> rows(Ns steady, Ns received) const;
  std::optional<VitalState> state(std::string_view host) const;

  std::vector<VitalMemory> memories(Ns steady, Ns received) const;
  // Before the first sign. Silence is counted from `steady` on.
  void recall(const std::vector<VitalMemory>& memories, Ns steady, Ns received);

 private:
  struct Host {
    Pulse pulse;
    VitalState state = VitalState::Alive;
    std::string peer;  // that all its signs came by; "*" where they are several
    std::string reporter;
    std::optional<Ns> leaving;     // steady
    std::optional<Ns> maintained;  // steady, until
    Ns uptime = 0;
    Ns uptime_at = 0;                     // UTC
    std::optional<bool> uptime_reported;  // whether somebody else said so: of a guest it is another one
    std::string boot_id;
    std::optional<Ns> crashed;             // steady: when its last words said that it dies
    std::optional<Ns> returning;           // steady: it speaks again, and nothing says yet whether it was reset
    Ns back = 0;                           // UTC of the first sign then
    std::optional<Ns> probation;           // steady: it is back since then, and has not shown its pace again
    size_t beats = 0;                      // signs of a new time since then
    std::optional<std::string> concealed;  // by the outage of that name
  };
  // Hosts that have something in common: an address, or nothing but the recorder.
  struct Scope {
    size_t members = 0;
    Ns newest = 0;  // the last sign of any of them, and of any other than the one that gave it
    const Host* newest_of = nullptr;
    Ns second = 0;
    Ns patience = 0;  // the latest instant up to which one of them need not have spoken yet
  };
  enum class Verdict : uint8_t { Its, Wait, Everybodys };

  Host* known(std::string_view name);
  static bool shows_return(const Host& host, const Sign& sign);
  void boot_of(std::string_view name, Host& host, const Sign& sign);
  void returned(std::string_view name, Host& host, std::optional<bool> same_boot, Interval reset, Ns received);
  void end_outage(const std::string& scope, Ns steady, Ns received);
  void judge(std::string_view name, Host& host, Ns steady, Ns received);
  Scope scope_of(std::optional<std::string_view> peer) const;
  static Verdict verdict(const Host& host, const Scope& scope, Ns steady);
  void conceal(const std::string& scope, Ns received);
  void die(std::string_view name, Host& host, Ns received, const std::string& text);
  static std::string described(const Host& host, size_t others);

  std::map<std::string, Host, std::less<>> hosts_;
  std::vector<VitalChange> changes_;
  std::vector<std::string> candidates_;
  Ns last_tick_ = 0;
};

}  // namespace inquest::record
