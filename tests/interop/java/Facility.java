/** A service for Apache Axis 1.4: makes facilities, and refuses a code that has no form, in words that change. */
public class Facility {
    public Answer create(String facility, String name, int company) throws Exception {
        if (!facility.matches("[A-Z][0-9]{2}")) {
            throw new Exception("Facility " + facility + " is invalid at " + System.nanoTime());
        }
        Answer answer = new Answer();
        answer.setFacility(facility);
        answer.setName(name);
        answer.setCompany(company);
        return answer;
    }

    public static class Answer implements java.io.Serializable {
        private String facility;
        private String name;
        private int company;

        public String getFacility() { return facility; }
        public void setFacility(String facility) { this.facility = facility; }
        public String getName() { return name; }
        public void setName(String name) { this.name = name; }
        public int getCompany() { return company; }
        public void setCompany(int company) { this.company = company; }
    }
}
