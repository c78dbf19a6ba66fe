-- destructive: every upload with its state. The files stay in the object store, where nothing refers to them any more.
DROP TABLE uploads;
