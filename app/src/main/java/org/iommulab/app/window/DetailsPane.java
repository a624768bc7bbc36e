package org.iommulab.app.window;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.controlsfx.control.ToggleSwitch;
import org.iommulab.app.playback.Playback;

/** One of walk, log, registers and source; it follows the kind of step until the user chooses one. */
final class DetailsPane extends BorderPane {
    private final ObjectProperty<Detail> detail = new SimpleObjectProperty<>(Detail.WALK);
    private final BooleanProperty following = new SimpleBooleanProperty(true);
    private final Map<Detail, Region> regions = new EnumMap<>(Detail.class);
    private final Map<Detail, ToggleButton> tabs = new EnumMap<>(Detail.class);
    private final StackPane stage = new StackPane();

    DetailsPane(Playback playback, Map<Detail, Region> views) {
        getStyleClass().add("details");
        regions.putAll(views);
        setTop(head());
        setCenter(stage);
        stage.setMinSize(0, 0);
        detail.subscribe(this::show);
        playback.nowProperty().subscribe(now -> {
            if (following.get()) {
                now.flatMap(found -> found.event()).map(Detail::of).ifPresent(detail::set);
            }
        });
    }

    private HBox head() {
        var group = new ToggleGroup();
        var head = new HBox();
        head.getStyleClass().add("tabs");
        head.setAlignment(Pos.CENTER_LEFT);
        for (Detail each : Detail.values()) {
            var tab = new ToggleButton(each.title());
            tab.getStyleClass().setAll("tab-button");
            tab.setMinWidth(Region.USE_PREF_SIZE);
            tab.setToggleGroup(group);
            tab.setOnAction(_ -> choose(each));
            tabs.put(each, tab);
            head.getChildren().add(tab);
        }
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        var follow = new ToggleSwitch();
        follow.setAccessibleText("Follow the kind of step");
        follow.setTooltip(new Tooltip("Show what fits the kind of step"));
        follow.selectedProperty().bindBidirectional(following);
        var label = new Label("Follow");
        label.getStyleClass().add("muted");
        label.setMinWidth(Region.USE_PREF_SIZE);
        label.setLabelFor(follow);
        // The tabs themselves come first where there is little room; a switch without its word says nothing.
        BooleanBinding room =
                head.widthProperty().greaterThan(follow.heightProperty().multiply(19));
        label.visibleProperty().bind(room);
        label.managedProperty().bind(room);
        follow.visibleProperty().bind(room);
        head.getChildren().addAll(filler, label, follow);
        return head;
    }

    /** Shows one and stays with it. */
    void choose(Detail chosen) {
        following.set(false);
        detail.set(chosen);
        show(chosen);
    }

    ObjectProperty<Detail> detailProperty() {
        return detail;
    }

    private void show(Detail chosen) {
        Objects.requireNonNull(tabs.get(chosen)).setSelected(true);
        stage.getChildren().setAll(regions.get(chosen));
    }
}
