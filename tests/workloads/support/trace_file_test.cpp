#include "workloads/support/trace_file.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<TraceRequest> read(const std::string& text, const TraceOptions& options = {}) {
  std::istringstream stream(text);
  return read_trace(stream, "t.csv", options);
}

std::string error_of(const std::string& text, const TraceOptions& options = {}) {
  try {
    static_cast<void>(read(text, options));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TraceRequest request(Duration arrival, Duration service, AffinityKey key = kNoKey) {
  return {arrival, Work::of(service), key};
}

void expect_says(const std::string& error, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts)
    EXPECT_NE(error.find(part), std::string::npos) << error << "\nlacks " << part;
}

TEST(TraceFile, HasArrivalsAndSizesInSeconds) {
  EXPECT_EQ(read("arrival_s,service_s\n0.5,0.001\n1,2e-6\n"),
            (std::vector{request(milliseconds(500), milliseconds(1)),
                         request(seconds(1), microseconds(2))}));
}

TEST(TraceFile, MayHaveKeys) {
  EXPECT_EQ(read("arrival_s,service_s,key\n0,1,7\n"),
            std::vector{request(seconds(0), seconds(1), 7)});
}

TEST(TraceFile, MayHaveItsColumnsInAnyOrderAndOthersBesides) {
  EXPECT_EQ(read("user,service_s,arrival_s\nbob,3,2\n"),
            std::vector{request(seconds(2), seconds(3))});
}

TEST(TraceFile, ForgivesWhatEditorsLeaveBehind) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "arrival_s, service_s\r\n\r\n 2 , 3 \r\n\n"),
            std::vector{request(seconds(2), seconds(3))});
  EXPECT_EQ(read("arrival_s,service_s\n2,3"), std::vector{request(seconds(2), seconds(3))});
}

// Those of the same time stay in the order of the file.
TEST(TraceFile, IsSortedByArrival) {
  const std::vector<TraceRequest> got =
      read("arrival_s,service_s,key\n3,1,0\n1,1,1\n2,1,2\n1,1,3\n");
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[0].key, 1u);
  EXPECT_EQ(got[1].key, 3u);
  EXPECT_EQ(got[2].key, 2u);
  EXPECT_EQ(got[3].key, 0u);
  EXPECT_EQ(got[0].arrival, seconds(1));
}

TEST(TraceFile, SpeedDividesArrivalsAndSizes) {
  EXPECT_EQ(read("arrival_s,service_s\n2,1\n", {.speed = 4}),
            std::vector{request(milliseconds(500), milliseconds(250))});
  EXPECT_EQ(read("arrival_s,service_s\n2,1\n", {.speed = 0.5}),
            std::vector{request(seconds(4), seconds(2))});
}

TEST(TraceFile, AzureFunctionsArriveTheirDurationBeforeTheirEnd) {
  const std::string text =
      "app,func,end_timestamp,duration\n"
      "a,f,10,2\n"     // Arrives at 8.
      "a,g,9.5,4.5\n"  // At 5: first.
      "b,f,11,0.5\n"   // At 10.5.
      "a,f,12,1\n";    // At 11.
  EXPECT_EQ(read(text), (std::vector{request(seconds(0), milliseconds(4500), 1),
                                     request(seconds(3), seconds(2), 0),
                                     request(milliseconds(5500), milliseconds(500), 2),
                                     request(seconds(6), seconds(1), 0)}));
}

TEST(TraceFile, AnAzureFunctionMayHaveBegunBeforeTheTrace) {
  EXPECT_EQ(read("app,func,end_timestamp,duration\na,f,1,3\na,f,2,1\n"),
            (std::vector{request(seconds(0), seconds(3), 0), request(seconds(3), seconds(1), 0)}));
}

TEST(TraceFile, AzureLlmTakesTimeByGeneratedToken) {
  const std::string text =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n"
      "2023-11-16 18:17:03.9799600,4808,10\n"
      "2023-11-16 18:17:04.0319600,110,27\n";
  EXPECT_EQ(read(text, {.token_time = milliseconds(2)}),
            (std::vector{request(seconds(0), milliseconds(20)),
                         request(milliseconds(52), milliseconds(54))}));
}

TEST(TraceFile, AFormatThatIsAskedForHasToBeThere) {
  const std::string ours = "arrival_s,service_s\n0,1\n";
  EXPECT_EQ(read(ours, {.format = TraceFormat::loopsteal}).size(), 1u);
  expect_says(error_of(ours, {.format = TraceFormat::azure_functions}),
              {"t.csv", "line 1", "\"app\"", "missing"});
}

TEST(TraceFile, AnUnknownHeaderIsRefusedWithTheKnownOnes) {
  expect_says(error_of("time,size\n1,2\n"), {"t.csv", "line 1", "arrival_s,service_s"});
  expect_says(error_of("arrival_s,size\n1,2\n"), {"line 1"});
  expect_says(error_of("0.5,0.001\n"), {"line 1"});
}

TEST(TraceFile, AMalformedLineIsRefusedByItsNumber) {
  const std::string head = "arrival_s,service_s,key\n0,1,0\n\n";
  expect_says(error_of(head + "1\n"), {"t.csv", "line 4", "1 fields", "3 columns"});
  expect_says(error_of(head + "1,2,3,4\n"), {"line 4", "4 fields"});
  expect_says(error_of(head + "-1,2,0\n"), {"line 4", "\"-1\"", "arrival_s", "negative"});
  expect_says(error_of(head + "1,-2,0\n"), {"line 4", "\"-2\"", "service_s", "negative"});
  expect_says(error_of(head + "nan,2,0\n"), {"line 4", "\"nan\"", "arrival_s", "not a number"});
  expect_says(error_of(head + "1,inf,0\n"), {"line 4", "\"inf\"", "service_s", "not a number"});
  expect_says(error_of(head + "1,two,0\n"), {"line 4", "\"two\"", "not a number"});
  expect_says(error_of(head + "1,2s,0\n"), {"line 4", "\"2s\"", "not a number"});
  expect_says(error_of(head + "1,,0\n"), {"line 4", "\"\"", "not a number"});
  expect_says(error_of(head + "1e12,2,0\n"), {"line 4", "\"1e12\"", "30 years"});
  expect_says(error_of(head + "1,2,-1\n"), {"line 4", "\"-1\"", "key", "whole number"});
  expect_says(error_of(head + "1,2,4294967295\n"), {"line 4", "key"});
}

TEST(TraceFile, AMalformedLineOfAnotherFormatIs) {
  const std::string functions = "app,func,end_timestamp,duration\n";
  expect_says(error_of(functions + "a,f,1,-1\n"), {"line 2", "duration", "negative"});
  const std::string llm = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  expect_says(error_of(llm + "today,1,1\n"), {"line 2", "\"today\"", "TIMESTAMP"});
  expect_says(error_of(llm + "2023-11-16 18:17:04,1,-1\n"), {"line 2", "GeneratedTokens"});
  expect_says(error_of(llm + "2023-11-16 18:17:04,x,1\n"), {"line 2", "ContextTokens"});
}

TEST(TraceFile, TimesBeyondAllRunsAreRefused) {
  expect_says(error_of("arrival_s,service_s\n1,9e8\n", {.speed = 0.001}), {"line 2", "30 years"});
  expect_says(error_of("arrival_s,service_s\n9e8,1\n", {.speed = 0.001}), {"speed", "30 years"});
}

TEST(TraceFile, ATraceWithoutRequestsIsRefused) {
  expect_says(error_of(""), {"t.csv", "no requests"});
  expect_says(error_of("arrival_s,service_s\n"), {"t.csv", "no requests"});
}

TEST(TraceFile, AFileThatIsNotThereIsRefused) {
  try {
    static_cast<void>(read_trace_file("/no/such/trace.csv", {}));
    FAIL();
  } catch (const SpecError& error) {
    expect_says(error.what(), {"/no/such/trace.csv", "cannot be read"});
  }
}

}  // namespace
}  // namespace loopsteal
