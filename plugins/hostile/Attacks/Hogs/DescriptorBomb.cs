namespace Hostile.Attacks.Hogs;

public sealed class DescriptorBomb : Attack
{
    public override string Title => "is a bomb of open files";

    protected override string Run(Target target)
    {
        var opened = 0;
        while (opened < 3000 && Sys.Call(290, 19, 0, 0) >= 0)
            opened++;
        return $"did: took {opened} descriptors{(opened < 3000 ? ", then " + Sys.Stopped("eventfd") : "")}";
    }
}
