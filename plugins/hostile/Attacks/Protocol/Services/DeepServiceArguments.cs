namespace Hostile.Attacks.Protocol;

/// <summary>Its row; what it does is in Loop/, because it has another assembly.</summary>
public sealed class DeepServiceArguments : Attack
{
    public override string Title => "calls a service of another plugin with arguments that are bombs for whoever reads them";

    public override string? Accomplice => "DeepServiceArgumentsEcho";
}
