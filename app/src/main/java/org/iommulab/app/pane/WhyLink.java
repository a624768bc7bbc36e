package org.iommulab.app.pane;

import javafx.scene.control.Hyperlink;
import javafx.scene.layout.Region;

/** Stands beside something red and asks why it is. */
public final class WhyLink extends Hyperlink {
    public WhyLink(Runnable ask) {
        super("Why?");
        getStyleClass().setAll("why-ask");
        setMinWidth(Region.USE_PREF_SIZE);
        setOnAction(_ -> {
            // Asking twice is no other answer: the link is not "visited".
            setVisited(false);
            ask.run();
        });
    }

    /** There only while there is something to ask. */
    public void show(boolean red) {
        setVisible(red);
        setManaged(red);
    }
}
