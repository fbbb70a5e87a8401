class Broken {
    void fine() {}
    void half( {
