namespace Berth.Worker.Hardening;

/// <summary>The process could not be hardened. The message is for the administrator.</summary>
internal sealed class HardeningException(string message) : Exception(message);
