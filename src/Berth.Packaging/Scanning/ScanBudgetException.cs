namespace Berth.Packaging.Scanning;

/// <summary>A file needs more steps than one file gets. Caught by the scanner, which says so in a finding.</summary>
internal sealed class ScanBudgetException : Exception;
