namespace Hostile.Attacks.Protocol;

public sealed class DeepExport : Attack
{
    private const int Longest = 900_000;

    public override string Title => "hands its next version documents that are bombs for whoever reads them";

    public override bool IsLifecycleCall => true;

    public override bool IsCarriedOver => true;

    public override IReadOnlyList<string> Endings => ["carried over", "call failed"];

    public override UserDataExport? Export() => new("1.0.0", [.. Deep.Texts(Longest).Select((text, i) => KeyValuePair.Create($"deep{i}", text))]);
}
