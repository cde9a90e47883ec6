#pragma once

#include "scenarios/fields.h"
#include "scenarios/scenario.h"

namespace scenarios {

// The description of every field: its name in the file, its range, what it means, where it is held.
// A field that is added to an option struct is added here, in the file of its section, and nowhere
// else.

void DescribeScenario(FieldVisitor& visitor, Scenario& scenario);

void DescribeCalls(FieldVisitor& visitor, CallRules& rules);
void DescribeBatcher(FieldVisitor& visitor, batcher::QueueOptions& options);
// Its fields are those of the wire, and of the machine and network that virtual time stands for.
void DescribeClient(FieldVisitor& visitor, Scenario& scenario);
void DescribeServer(FieldVisitor& visitor, mock_server::ServiceOptions& options);

}  // namespace scenarios
