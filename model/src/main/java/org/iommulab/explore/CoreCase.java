package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a case about iommu_map and iommu_unmap asks. Results that the file may hold are not looked at here.
 *
 * @param config as the file has it, for writing it out again
 * @param single whether the driver has map and unmap instead of map_pages and unmap_pages
 * @param pagesPerTable how many pages one of the driver's tables holds; 0 for no such limit
 */
record CoreCase(JsonNode config, long pageSizes, boolean single, long pagesPerTable, List<Operation> operations) {
    /** The format that case files name. */
    static final String FORMAT = "iommu-core";

    CoreCase {
        operations = List.copyOf(operations);
    }

    /**
     * A call of iommu_map, or of iommu_unmap, which has no physical address.
     *
     * @param source the operation as the file has it
     */
    record Operation(boolean map, long iova, long pa, long size, JsonNode source) {}

    /** @throws BadVector when the file is not a case */
    static CoreCase of(JsonNode file) {
        JsonNode config = file.path("config");
        if (!config.isObject() || !file.path("ops").isArray()) {
            throw new BadVector("not a case: \"config\" and \"ops\" are expected");
        }
        String driver = config.path("driver").asString("");
        if (!driver.equals("single") && !driver.equals("multi")) {
            throw new BadVector("/config/driver: \"" + driver + "\" is none of multi, single");
        }
        var operations = new ArrayList<Operation>();
        for (JsonNode op : file.path("ops")) {
            operations.add(operation(op, "/ops/" + operations.size()));
        }
        return new CoreCase(
                config,
                VectorCase.number(config.path("pgsize_bitmap"), "/config/pgsize_bitmap"),
                driver.equals("single"),
                config.path("pages_per_table").asLong(0),
                operations);
    }

    private static Operation operation(JsonNode op, String where) {
        String name = op.path("op").asString("");
        if (!name.equals("iommu_map") && !name.equals("iommu_unmap")) {
            throw new BadVector(where + "/op: \"" + name + "\" is none of iommu_map, iommu_unmap");
        }
        boolean map = name.equals("iommu_map");
        return new Operation(
                map,
                VectorCase.number(op.path("iova"), where + "/iova"),
                map ? VectorCase.number(op.path("pa"), where + "/pa") : 0,
                VectorCase.number(op.path("size"), where + "/size"),
                op);
    }
}
