"""How does a nurse's bedside form become observations, and how does it say what is wrong?"""
