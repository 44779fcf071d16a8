"""What those who keep the house running ask it: is it well, how much does it do?"""
