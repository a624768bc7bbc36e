package org.iommulab.scenario;

import java.util.Set;
import java.util.TreeSet;

/** What actions with scatterlists may say. */
final class ListCheck {
    private static final int MOST = 128;
    private static final long PAGE = 0x1000;

    private final ActionCheck names;
    private final Set<String> lists = new TreeSet<>();

    ListCheck(ActionCheck names) {
        this.names = names;
    }

    void check(Action.ScatterList action, String at) {
        switch (action) {
            case ListAction.MapList map -> map(map, at);
            case ListAction.UnmapList(String name) -> names.known(at + "/name", "list", name, lists);
        }
    }

    private void map(ListAction.MapList map, String at) {
        names.fresh(at, "list", map.name(), lists);
        names.device(at, map.device());
        names.between(at + "/pieces", map.pieces().size(), 1, MOST);
        map.boundary().ifPresent(mask -> {
            names.between(at + "/boundary", mask, PAGE - 1, Long.MAX_VALUE);
            if ((mask & mask + 1) != 0) {
                names.say(at + "/boundary", "0x" + Long.toHexString(mask) + " is no power of two less one");
            }
        });
        map.longest().ifPresent(bytes -> names.between(at + "/longest", bytes, PAGE, 0xffff_ffffL));
        for (int i = 0; i < map.pieces().size(); i++) {
            ListAction.Piece piece = map.pieces().get(i);
            String where = at + "/pieces/" + i;
            piece.apart().ifPresent(pages -> names.between(where + "/apart", pages, 0, MOST));
            names.part(where, map.device(), map.name() + "." + i, piece);
        }
    }
}
