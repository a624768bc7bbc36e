package org.iommulab.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives every node its box. */
final class Placing {
    static final double TOP = 56;
    static final double LEFT = 40;
    static final double OWNER_WIDTH = 216;
    static final double UNIT_WIDTH = 208;
    static final double UNIT_HEIGHT = 84;
    static final double DOMAIN_WIDTH = 208;
    static final double DOMAIN_HEIGHT = 72;
    static final double PLATFORM_HEIGHT = 48;
    static final double ROW_GAP = 26;
    static final double UNIT_GAP = 36;
    static final double GUTTER = 28;
    private static final double NOTICE_HEIGHT = 83;
    private static final double NARROW = 64;
    private static final double WIDE = 150;
    /** From this many owners on one unit they stand in several columns. */
    private static final int LONG = 7;

    private static final int MOST_COLUMNS = 4;
    /** By so many more groups than units a picture would be too high for one column of owners. */
    private static final int MANY = 5;

    private static final double DOMAIN_GAP = 20;
    /** Of more domains than this beside no unit. */
    private static final int CROWD = 5;

    private static final double SMALL_GAP = 10;

    private final Parts parts;
    private final Homes homes;
    private final int columns;
    private final double unitsX;
    private final double domainsX;
    /** What the users' column takes; 0 where there is none. */
    private final double userRoom;

    private final Map<Integer, Box> boxes = new LinkedHashMap<>();
    private final Map<Integer, Box> unitRows = new LinkedHashMap<>();
    private final List<Layout.Card> cards = new ArrayList<>();
    private double foot;
    private double domainGap = DOMAIN_GAP;

    Placing(Parts parts, Homes homes, double width, int mostColumns) {
        this.parts = parts;
        this.homes = homes;
        int most = parts.bands().stream().mapToInt(b -> b.owners().size()).max().orElse(0);
        boolean many = homes.groups() - parts.units().size() >= MANY;
        int wanted = most < LONG ? many ? 2 : 1 : Math.min(MOST_COLUMNS, (int) Math.ceil(Math.sqrt(most / 2.0)));
        this.columns = Math.min(wanted, mostColumns);
        double owners = columns * OWNER_WIDTH + (columns - 1) * GUTTER;
        boolean users = HeldPlacing.hasColumn(parts, homes.held());
        this.userRoom = users ? HeldPlacing.GAP + HeldPlacing.WIDTH : 0;
        double boxesWidth = LEFT + owners + UNIT_WIDTH + DOMAIN_WIDTH + userRoom + Layout.RIGHT_MARGIN;
        double gap = Math.clamp((width - boxesWidth) / 2, NARROW, WIDE);
        this.unitsX = Math.round(LEFT + owners + gap);
        this.domainsX = Math.round(unitsX + UNIT_WIDTH + gap);
    }

    Layout layout() {
        double y = TOP;
        for (Parts.Band band : parts.bands()) {
            y += place(band, y) + ROW_GAP;
        }
        foot = y;
        boxes.put(Layout.PLATFORM, new Box(LEFT, foot, OWNER_WIDTH, PLATFORM_HEIGHT));
        var slots = new Slots(parts, homes, this::domainY);
        domainGap = slots.foot() > CROWD ? SMALL_GAP : DOMAIN_GAP;
        int footDomains = placeDomains(slots.assign());
        int room = Math.max(footDomains, slots.foot());
        double domainsEnd = room == 0 ? foot : Math.max(foot, guestPlace(room) + DOMAIN_HEIGHT + domainGap);
        double noticeX = LEFT + columns * OWNER_WIDTH + (columns - 1) * GUTTER + 24;
        // lines into the foot come down the channel between units and domains
        double noticeEnd = domainsEnd > foot ? unitsX + UNIT_WIDTH : domainsX - 24;
        var notice = new Box(noticeX, foot, noticeEnd - noticeX, NOTICE_HEIGHT);
        double usersEnd = userRoom > 0 ? placeHeld(slots.planned()) : 0;
        double legendY = Math.max(Math.max(notice.bottom(), usersEnd) + 10, domainsEnd);
        double width = domainsX + DOMAIN_WIDTH + userRoom + Layout.RIGHT_MARGIN;
        var legend = new Box(LEFT, legendY, width - LEFT - Layout.RIGHT_MARGIN, 24);
        return new Layout(
                width,
                legend.bottom() + 12,
                boxes,
                cards,
                new Routing(parts, boxes, cards).routes(),
                userRoom > 0 ? List.of(LEFT, unitsX, domainsX, usersX()) : List.of(LEFT, unitsX, domainsX),
                notice,
                legend);
    }

    /**
     * As near to the domains that programs fill as it may be; no lower than the owners, who are what is looked at first. Returns
     * where it ends.
     */
    private double placeHeld(Map<Integer, Integer> slots) {
        var placing = new HeldPlacing(parts, homes.held(), boxes);
        double middle = homes.held().domains().stream()
                .filter(slots::containsKey)
                .mapToDouble(domain -> domainY(Known.in(slots, domain)) + DOMAIN_HEIGHT / 2)
                .average()
                .orElse(TOP);
        double height = placing.height();
        double top = Math.clamp(middle - height / 2, TOP, Math.max(TOP, foot + PLATFORM_HEIGHT - height));
        placing.place(usersX(), Math.round(top));
        return Math.round(top) + height;
    }

    private double usersX() {
        return domainsX + DOMAIN_WIDTH + HeldPlacing.GAP;
    }

    /** Returns the height of the band. */
    private double place(Parts.Band band, double top) {
        double owners = 0;
        for (int from = 0; from < band.owners().size(); from += columns) {
            List<Parts.Owner> row = band.owners()
                    .subList(from, Math.min(from + columns, band.owners().size()));
            owners += (from > 0 ? ROW_GAP : 0)
                    + row.stream().mapToDouble(Placing::height).max().orElse(0);
        }
        int count = band.units().size();
        double units = count == 0 ? 0 : count * UNIT_HEIGHT + (count - 1) * UNIT_GAP;
        // room for the first device to come
        double least = count == 0 ? 0 : Layout.CARD_HEAD + Layout.DEVICE_HEIGHT + Layout.CARD_PADDING;
        double height = Math.max(least, Math.max(owners, units));
        double y = top + (height - owners) / 2;
        for (int from = 0; from < band.owners().size(); from += columns) {
            double rowHeight = 0;
            for (int i = from; i < Math.min(from + columns, band.owners().size()); i++) {
                Parts.Owner owner = band.owners().get(i);
                place(owner, LEFT + (i - from) * (OWNER_WIDTH + GUTTER), y);
                rowHeight = Math.max(rowHeight, height(owner));
            }
            y += rowHeight + ROW_GAP;
        }
        double unitY = top + (height - units) / 2;
        for (int unit : band.units()) {
            var box = new Box(unitsX, unitY, UNIT_WIDTH, UNIT_HEIGHT);
            unitRows.put(unit, box);
            if (parts.present().contains(unit)) {
                boxes.put(unit, box);
            }
            unitY += UNIT_HEIGHT + UNIT_GAP;
        }
        return height;
    }

    private static double height(Parts.Owner owner) {
        int rows = Math.max(1, owner.devices().size());
        return Layout.CARD_HEAD + rows * Layout.DEVICE_HEIGHT + (rows - 1) * 6 + Layout.CARD_PADDING;
    }

    private void place(Parts.Owner owner, double x, double y) {
        var box = new Box(x, y, OWNER_WIDTH, height(owner));
        cards.add(new Layout.Card(owner.id(), owner.group(), box, owner.devices()));
        if (owner.group()) {
            boxes.put(owner.id(), box);
        }
        double rowY = y + Layout.CARD_HEAD;
        for (int device : owner.devices()) {
            boxes.put(
                    device,
                    new Box(
                            x + Layout.CARD_PADDING,
                            rowY,
                            OWNER_WIDTH - 2 * Layout.CARD_PADDING,
                            Layout.DEVICE_HEIGHT));
            rowY += Layout.DEVICE_HEIGHT + 6;
        }
    }

    /** Of the places in the domains' column that lie beside no unit the n-th from the top, from 1; below, all are such. */
    private double guestPlace(int number) {
        double y = TOP;
        int left = number;
        while (true) {
            double top = y;
            double bottom = y + DOMAIN_HEIGHT + domainGap;
            Optional<Box> taken = unitRows.values().stream()
                    .filter(unit -> unit.middleY() + DOMAIN_HEIGHT / 2 + domainGap > top
                            && unit.middleY() - DOMAIN_HEIGHT / 2 < bottom)
                    .findFirst();
            if (taken.isPresent()) {
                y = taken.get().middleY() + DOMAIN_HEIGHT / 2 + domainGap;
            } else if (--left == 0) {
                return y;
            } else {
                y = bottom;
            }
        }
    }

    /** @param slot a unit's id, or below zero a place that no unit has */
    private double domainY(int slot) {
        return slot > 0 ? Known.in(unitRows, slot).middleY() - DOMAIN_HEIGHT / 2 : guestPlace(-slot);
    }

    /** Returns how many stand beside no unit. */
    private int placeDomains(Map<Integer, Integer> slots) {
        int inFoot = 0;
        for (int domain : parts.domains()) {
            int slot = Known.in(slots, domain);
            boxes.put(domain, new Box(domainsX, domainY(slot), DOMAIN_WIDTH, DOMAIN_HEIGHT));
            inFoot = Math.max(inFoot, -slot);
        }
        return inFoot;
    }
}
