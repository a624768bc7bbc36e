package org.iommulab.explore;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How the cases of one format are run. Both methods throw {@link BadVector} for a file that is not such a case. */
interface CaseRunner {
    /** The first difference between the results in the file and the lab's, or nothing. */
    Optional<String> difference(JsonNode file);

    /** The case as the lab runs it, in the form of a case file, from a run that is told nothing of the file's results. */
    ObjectNode answers(JsonNode file);
}
