namespace Berth.Host.Services.CrossPlugin;

/// <summary>Why a consumer may not use a service.</summary>
/// <param name="Code">Stable and dotted, one of the constants.</param>
/// <param name="Reason">For people, with what to do next.</param>
internal sealed record ServiceRefusal(string Code, string Reason)
{
    public const string NotDeclared = "service.not_declared";
    public const string NotAllowed = "service.not_allowed";
    public const string Trust = "service.trust";
    public const string Capability = "service.capability";
    public const string ContractMissing = "service.contract_missing";
    public const string ContractChanged = "service.contract_changed";
    public const string Depth = "service.depth";
    public const string Busy = "service.busy";

    /// <summary>The consumer's manifest does not list the service.</summary>
    public static ServiceRefusal UndeclaredBy(ServiceCaller caller) =>
        new(NotDeclared, $"{caller.Plugin.Id} does not list it in module.consumes. Its publisher has to add it, with the plugin that it comes from.");

    public static bool IsKnown(string code) => code is NotDeclared or NotAllowed or Trust or Capability or ContractMissing or ContractChanged or Depth or Busy;
}
