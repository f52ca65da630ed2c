"""The report as tables for a spreadsheet: typed once, written as CSV or as one XLSX workbook."""
