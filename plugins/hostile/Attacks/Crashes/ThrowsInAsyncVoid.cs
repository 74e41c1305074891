namespace Hostile.Attacks.Crashes;

public sealed class ThrowsInAsyncVoid : Attack
{
    public override string Title => "throws where nobody catches: async void";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    protected override string Run(Target target)
    {
        Throw();
        Thread.Sleep(300);
        return "lives";
    }

    private static async void Throw()
    {
        await Task.Yield();
        throw new InvalidOperationException("hostile");
    }
}
