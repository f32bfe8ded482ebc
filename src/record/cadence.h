// How regularly something comes: what a silence of it is measured against.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace inquest::record {

// Learns from the gaps between beats. Robust: it is the median and a high quantile of the last gaps that count, so a
// single late beat changes little, and a new pace is taken over once half of the remembered gaps show it. Keeps 64 gaps
// in 300 bytes. Not thread-safe.
class Cadence {
 public:
  // Beats closer than this to the one before are the same beat: what was flushed together arrives together.
  static constexpr Ns kBurst = 20 * kMilli;
  static constexpr size_t kKept = 64;
  static constexpr size_t kLeast = 5;  // gaps, before it says anything

  // What is written when something happens has to show far more of a pace before one is believed in: a busy hour of a
  // log is followed by a quiet night. Before the first beat.
  void set_sampled(bool sampled) { sampled_ = sampled; }
  bool sampled() const { return sampled_; }

  // A beat at `steady`, on a clock that does not jump. Returns whether it was one of its own, not part of a burst.
  bool beat(Ns steady);
  // What went before the next beat is no gap of it: the listener was deaf, or the host down.
  void pause() { running_ = false; }
  // Takes over what was learned earlier.
  void resume(Ns median, Ns high, Ns longest);

  bool known() const { return count_ >= (sampled_ ? kLeast : kKept); }
  // How much a silence of it says: 1 for a steady pace, towards 0 the wilder its gaps; 0 while it is not known.
  double weight() const;
  // Whether a silence of it means anything.
  bool regular() const { return weight() >= 0.5; }

  Ns last() const { return last_; }  // the last beat, steady; 0: none yet
  Ns median() const { return median_; }
  Ns high() const { return high_; }        // nearly all gaps are shorter
  Ns longest() const { return longest_; }  // that turned out harmless; what lies long ago counts less and less

  // How long after a beat the next one is late, how long after it silence is plain, and how long after it that there
  // was none means that there will be none. Rising; see docs/design/0006-vital-signs.md for why these.
  Ns late() const;
  Ns plain() const;
  Ns lost() const;

 private:
  void learn();

  std::array<uint32_t, kKept> gaps_{};  // in units of 100 us, the latest in a ring
  uint32_t next_ = 0;
  uint32_t count_ = 0;
  bool running_ = false;
  bool sampled_ = true;
  Ns last_ = 0;
  Ns median_ = 0;
  Ns high_ = 0;
  Ns longest_ = 0;
};

}  // namespace inquest::record
