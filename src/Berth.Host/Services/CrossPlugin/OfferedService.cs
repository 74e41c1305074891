using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>A service of a loaded version. Holds the plugin's types: it stays among the instance's parts.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Implementation">The plugin's class.</param>
/// <param name="Contract">Its contract.</param>
internal sealed record OfferedService(string Token, Type Implementation, ServiceContract Contract);
