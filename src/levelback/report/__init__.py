"""What people see of a report: JSON, HTML, PDF, picture, table and a summary in words."""
