#include "record/http_date.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(HttpDate, SaysTheSecondThatItIs) {
  Ns now = 784'111'777 * kSecond;
  HttpDate date([&] { return now; });
  EXPECT_EQ(date.text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  now += kSecond - 1;
  EXPECT_EQ(date.text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  now += 1;
  EXPECT_EQ(date.text(), "Sun, 06 Nov 1994 08:49:38 GMT");
  now -= kDay;
  EXPECT_EQ(date.text(), "Sat, 05 Nov 1994 08:49:38 GMT");
}

}  // namespace
}  // namespace inquest::record
